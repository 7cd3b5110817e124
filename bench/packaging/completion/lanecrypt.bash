# SPDX-License-Identifier: MIT
# bash completion of lanecrypt. What there is to choose from is asked of the command itself, in some 20 ms.

# __lanecrypt_commands: their names; __lanecrypt_options <command>: --name or --name= when it wants a value.
__lanecrypt_commands() {
	"$1" help 2>/dev/null | sed -n '/^Examples/q; s/^  \([a-z]\{1,\}\) .*/\1/p'
}
__lanecrypt_options() {
	"$1" help "$2" 2>/dev/null | sed -n '/^Options:/,$ {
		s/^  \(--[a-z-]*\) [A-Z].*/\1=/p
		s/^  \(--[a-z-]*\) .*/\1/p
	}'
}
# What the command's argument has to be, where its usage says one|other.
__lanecrypt_words() {
	"$1" help "$2" 2>/dev/null | sed -n 's/^Usage: lanecrypt [a-z]* \([a-z]*|[a-z|]*\).*/\1/p' | tr '|' '\n'
}
# __lanecrypt_names <table's place in the list> <column>
__lanecrypt_names() {
	"$1" list --no-color --format csv 2>/dev/null |
		awk -F, -v table="$2" -v column="$3" '/^$/ { n++; next } n == table && FNR > 1 && !/^(table|kind),/ { print $column }'
}
__lanecrypt_kinds() {
	"$1" handshake --list --format csv 2>/dev/null | awk -F, 'FNR > 1 { print $2 }'
}

# __lanecrypt_reply <list|one> <word>…: of a list NAME,NAME the last one is completed.
__lanecrypt_reply() {
	local before= how=$1 word
	shift
	[[ $how == list && $cur == *,* ]] && before=${cur%,*},
	local after=${cur#"$before"}
	shopt -q nocasematch && local cased=yes || shopt -s nocasematch
	for word; do
		[[ $word == "$after"* ]] && COMPREPLY+=("$before$word")
	done
	[[ ${cased-} ]] || shopt -u nocasematch
	# What has blanks is quoted, unless the user has begun to.
	[[ ${COMP_WORDS[COMP_CWORD]} == [\"\']* ]] || for word in "${!COMPREPLY[@]}"; do
		[[ ${COMPREPLY[word]} != *" "* ]] || printf -v "COMPREPLY[word]" %q "${COMPREPLY[word]}"
	done
	[[ $how == list ]] && compopt -o nospace 2>/dev/null
}

# Fills COMPREPLY for _lanecrypt, whose variables it reads.
__lanecrypt_complete() {
	if ((at == 1)) || { ((at == 2)) && [[ $subcommand == help ]]; }; then
		__lanecrypt_reply one $(__lanecrypt_commands "$command") $([[ $cur == -* ]] && printf '%s\n' --help --version)
		return
	fi
	options=$(__lanecrypt_options "$command" "$subcommand")
	if [[ $'\n'$options$'\n' == *$'\n'"$prev="$'\n'* || $prev == -o ]]; then
		case $prev in
		--algorithm)
			if [[ $subcommand == handshake ]]; then
				__lanecrypt_reply list $(__lanecrypt_kinds "$command")
			else
				__lanecrypt_reply list $(__lanecrypt_names "$command" 1 2 | sort -u)
			fi
			;;
		--engine) __lanecrypt_reply list $(__lanecrypt_names "$command" 0 2) $(compgen -f -X '!*.so' -- "$cur") ;;
		--kernel) __lanecrypt_reply list auto $(__lanecrypt_names "$command" 2 3) ;;
		--baseline) __lanecrypt_reply one best $(__lanecrypt_names "$command" 0 2) ;;
		--trace) __lanecrypt_reply one $(__lanecrypt_kinds "$command") ;;
		--op)
			__lanecrypt_reply list seal open encrypt decrypt mac sign verify keygen derive encapsulate \
				decapsulate handshake
			;;
		--format) __lanecrypt_reply one table csv markdown json ;;
		--by) __lanecrypt_reply one cycles time ;;
		--size) __lanecrypt_reply list 16 64 256 1350 16K 1M ;;
		--json | --output | -o | --profile | --wycheproof | --cavp | *-file | --config)
			compopt -o filenames 2>/dev/null
			COMPREPLY=($(compgen -f -- "$cur"))
			;;
		esac
	elif [[ $cur == -* ]]; then
		__lanecrypt_reply one ${options//=/}
	elif words=($(__lanecrypt_words "$command" "$subcommand")) && ((${#words[@]} > 0)); then
		__lanecrypt_reply one "${words[@]}"
	else
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen -f -- "$cur"))
	fi
}

_lanecrypt() {
	local command=${COMP_WORDS[0]} subcommand=${COMP_WORDS[1]-} options words IFS=$'\n'
	local -i at=COMP_CWORD
	local cur=${COMP_WORDS[at]} colon=
	# Words reach us taken apart at : and =, and readline replaces what stands behind the last of these only.
	[[ $cur != [:=] ]] || { cur= && at+=1; }
	while ((at > 2)) && [[ ${COMP_WORDS[at - 1]} == : ]]; do
		colon=${COMP_WORDS[at - 2]}:$colon
		at+=-2
	done
	cur=$colon${cur#[\"\']}
	((at < 3)) || [[ ${COMP_WORDS[at - 1]} != = ]] || at+=-1
	local prev=${COMP_WORDS[at - 1]}
	COMPREPLY=()
	__lanecrypt_complete
	COMPREPLY=("${COMPREPLY[@]#"$colon"}")
}
complete -F _lanecrypt lanecrypt
