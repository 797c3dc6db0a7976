# bash completion for postseal
_postseal()
{
	local world='--resolver --trust-ad --ca-file --timeout --allow-private --ehlo'
	local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} kind=${COMP_WORDS[2]}

	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W "dns lint policy publish help --help --version" -- "$cur"))
		return
	fi
	case $verb in
	help)
		COMPREPLY=($(compgen -W "dns lint policy publish" -- "$cur"))
		;;
	dns)
		case $before in
		--format) COMPREPLY=($(compgen -W "zone nsupdate json table" -- "$cur")) ;;
		--policy | --tsig-file | --ca-file) COMPREPLY=($(compgen -f -- "$cur")) ;;
		*) COMPREPLY=($(compgen -W "--format --rua --policy --policy-host --ttl --tlsa --new-id --push --tsig-file \
			--json --quiet --help $world" -- "$cur")) ;;
		esac
		;;
	policy)
		case $before in
		policy) COMPREPLY=($(compgen -W "new --help" -- "$cur")) ;;
		--mode) COMPREPLY=($(compgen -W "testing enforce none" -- "$cur")) ;;
		--output | --ca-file) COMPREPLY=($(compgen -f -- "$cur")) ;;
		*) COMPREPLY=($(compgen -W "--mode --max-age --mx --output --force --quiet --help $world" -- "$cur")) ;;
		esac
		;;
	publish)
		case $before in
		--snippet) COMPREPLY=($(compgen -W "nginx apache caddy" -- "$cur")) ;;
		--to | --policy | --policies | --root | --ca-file) COMPREPLY=($(compgen -f -- "$cur")) ;;
		*) COMPREPLY=($(compgen -W "--to --policy --policies --force --snippet --root --quiet --help $world" -- "$cur")) ;;
		esac
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
