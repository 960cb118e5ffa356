/**
 * The scripts of `stint completions`. They know nothing of the commands: each hands the line over to `stint __complete`
 * (main.ts) and the answer (answer.ts) on to its shell. An answer is only ever data, never evaluated.
 */
import type {Shell} from '../definitions/shared.ts';

export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# Completions of stint for bash. In ~/.bashrc: eval "$(stint completions bash)"
_stint() {
  local line answer=()
  COMPREPLY=()
  while IFS= read -r line; do
    answer+=("$line")
  done < <(stint __complete bash "\${COMP_LINE:0:COMP_POINT}" "\${COMP_WORDBREAKS-}" </dev/null 2>/dev/null)
  case \${answer[0]-} in
    words) COMPREPLY=("\${answer[@]:1}") ;;
    open)
      COMPREPLY=("\${answer[@]:1}")
      compopt -o nospace
      ;;
    files) compopt -o default ;;
    directories) compopt -o dirnames ;;
    'command '*) _stint_command "\${answer[0]##* }" ;;
  esac
  return 0
} 2>/dev/null

# Completes the command that begins at this character of the line.
_stint_command() {
  local at=0 index=0 rest before line
  while ((index < COMP_CWORD)); do
    rest=\${COMP_LINE:at}
    before=\${rest%%"\${COMP_WORDS[index]}"*}
    at=$((at + \${#before}))
    ((at < $1)) || break
    at=$((at + \${#COMP_WORDS[index]})) index=$((index + 1))
  done
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$index"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$index"
  elif ((index == COMP_CWORD)) && [[ \${COMP_WORDS[COMP_CWORD]} != */* ]]; then
    compopt -o filenames
    while IFS= read -r line; do
      COMPREPLY+=("$line")
    done < <(compgen -c -- "\${COMP_WORDS[COMP_CWORD]}")
  else
    compopt -o default
  fi
}

complete -F _stint stint
`,
  zsh: `#compdef stint
# Completions of stint for zsh. In ~/.zshrc, behind compinit: eval "$(stint completions zsh)"
_stint() {
  local each name about
  local -i width=0 found=1
  local -a answer whole open wholeShown openShown
  answer=("\${(@f)$(stint __complete zsh "\${(j: :)words[1,CURRENT-1]} $QIPREFIX$IPREFIX$PREFIX" </dev/null 2>/dev/null)}")
  case $answer[1] in
    (words)
      answer=("\${(@)answer[2,-1]}")
      for each in "\${(@)answer}"; do
        name=\${\${each#*$'\\t'}%%$'\\t'*}
        (( \${#name} > width )) && width=\${#name}
      done
      for each in "\${(@)answer}"; do
        name=\${\${each#*$'\\t'}%%$'\\t'*} about=\${each##*$'\\t'}
        [[ -n $about ]] && about="\${(r:width:)name}  -- $about" || about=$name
        if [[ $each == open* ]]; then
          open+=("$name") openShown+=("$about")
        else
          whole+=("$name") wholeShown+=("$about")
        fi
      done
      compadd -V stint -l -d wholeShown -a whole && found=0
      compadd -V stint -l -d openShown -S '' -a open && found=0
      return found
      ;;
    (files)
      [[ -n $answer[2] ]] && compset -P 1 '*='
      _files
      ;;
    (directories)
      [[ -n $answer[2] ]] && compset -P 1 '*='
      _files -/
      ;;
    (command*)
      each=\${\${answer[1]#* }%% *}
      shift $each words
      (( CURRENT -= each ))
      _normal
      ;;
  esac
} 2>/dev/null

if [[ "\${funcstack[1]-}" == _stint ]]; then
  _stint "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
  compdef _stint stint
fi
`,
  fish: `# Completions of stint for fish. In ~/.config/fish/config.fish: stint completions fish | source
function __stint_complete
    begin
        set -l line (commandline -cp | string collect)
        set -l answer (stint __complete fish "$line" </dev/null 2>/dev/null)
        set -l kind (string split ' ' -- "$answer[1]")
        switch "$kind[1]"
            case words
                set -q answer[2]; and printf '%s\\n' $answer[2..-1]
            case files
                for path in (__fish_complete_path "$answer[3]")
                    printf '%s%s\\n' "$answer[2]" "$path"
                end
            case directories
                for path in (__fish_complete_directories "$answer[3]")
                    printf '%s%s\\n' "$answer[2]" "$path"
                end
            case command
                complete -C (string sub -s (math $kind[3] + 1) -- "$line" | string collect)
        end
    end 2>/dev/null
end

complete -c stint -k -f -a '(__stint_complete)'
`,
};
