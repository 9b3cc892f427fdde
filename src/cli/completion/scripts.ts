/** What each shell evaluates. All of them ask the very command that is being completed, so names and flags are its own. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export const scripts: Readonly<Record<Shell, string>> = {
  // Names may hold = and :, at which bash breaks words: the line is read whole, and what bash has already is cut off again.
  bash: `# bash completion for ar-pipe: source <(ar-pipe completion bash)
_ar_pipe() {
  local line="\${COMP_LINE:0:COMP_POINT}" words current cut=''
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current="\${words[\${#words[@]}-1]}"
  local IFS=$'\\n'
  COMPREPLY=($("\${words[0]}" completion bash -- "\${words[@]:1}" 2>/dev/null))
  [[ $COMP_WORDBREAKS == *=* && $current == *[=:]* ]] && cut="\${current%"\${current##*[=:]}"}"
  COMPREPLY=("\${COMPREPLY[@]#"$cut"}")
  [[ \${#COMPREPLY[@]} -gt 0 && \${COMPREPLY[0]} == *[/.=] ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -o default -F _ar_pipe ar-pipe
`,
  zsh: `#compdef ar-pipe
# zsh completion for ar-pipe: source <(ar-pipe completion zsh)
_ar_pipe() {
  local line value
  local -a whole parts
  for line in "\${(@f)$("\${words[1]}" completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    value="\${line%%$'\\t'*}"
    line="\${value//:/\\\\:}:\${line#*$'\\t'}"
    if [[ $value == *[/.=] ]]; then parts+=("$line"); else whole+=("$line"); fi
  done
  (( \${#whole} + \${#parts} )) || { _files; return }
  (( \${#whole} )) && _describe 'ar-pipe' whole
  (( \${#parts} )) && _describe 'ar-pipe' parts -S ''
}
compdef _ar_pipe ar-pipe
`,
  fish: `# fish completion for ar-pipe: ar-pipe completion fish | source
function __ar_pipe_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] completion fish -- $words[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c ar-pipe -f -a '(__ar_pipe_complete)'
`,
};
