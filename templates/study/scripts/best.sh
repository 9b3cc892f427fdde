# Usage: best.sh TABLE.csv N: the N degrees of least error, the best first.
tail -n +2 "$1" | sort -t, -k2,2n | head -n "$2" | awk -F, '{ print "degree " $1 ": " $2 " feet" }'
