# bash completion for postseal
_postseal()
{
	local cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} kind=${COMP_WORDS[2]}

	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W "lint help --help --version" -- "$cur"))
		return
	fi
	case $verb in
	help)
		COMPREPLY=($(compgen -W "lint" -- "$cur"))
		;;
	lint)
		case $cur in
		-*)
			COMPREPLY=($(compgen -W "--strict --json --quiet --help" -- "$cur"))
			;;
		*)
			if [ "$COMP_CWORD" -eq 2 ]; then
				COMPREPLY=($(compgen -W "sts-record tlsrpt-record policy report report-name mx" -- "$cur"))
			elif [ "$kind" = policy ] || [ "$kind" = report ]; then
				COMPREPLY=($(compgen -f -- "$cur"))
			fi
			;;
		esac
		;;
	esac
}
complete -o filenames -F _postseal postseal
