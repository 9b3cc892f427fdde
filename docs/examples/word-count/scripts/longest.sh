# Usage: longest.sh COUNTS.csv N: the N longest words, the longest first.
tail -n +2 "$1" | cut -d, -f1 | awk '{ print length($0), $0 }' | sort -k1,1nr -k2,2 | head -n "$2" | cut -d' ' -f2
