# bash completion for postseal
_postseal()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local verb=${COMP_WORDS[1]} kind=${COMP_WORDS[2]}
	local world="--resolver --trust-ad --ca-file --timeout --allow-private --ehlo"

	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W "check dns lint policy publish resolve help --help --version" -- "$cur"))
		return
	fi
	case $prev in
	--ca-file | --from | --tsig-file | --policy | --policies | --output | --to | --root)
		COMPREPLY=($(compgen -f -- "$cur"))
		return
		;;
	--only)
		COMPREPLY=($(compgen -W "sts tlsrpt mx dane" -- "$cur"))
		return
		;;
	--format)
		COMPREPLY=($(compgen -W "zone nsupdate json table" -- "$cur"))
		return
		;;
	--mode)
		COMPREPLY=($(compgen -W "testing enforce none" -- "$cur"))
		return
		;;
	--snippet)
		COMPREPLY=($(compgen -W "nginx apache caddy" -- "$cur"))
		return
		;;
	--rua | --policy-host | --ttl | --push | --max-age | --mx | --resolver | --timeout | --ehlo | --interval | --dkim-selector)
		return
		;;
	esac
	case $verb in
	help)
		COMPREPLY=($(compgen -W "check dns lint policy publish resolve" -- "$cur"))
		;;
	check)
		COMPREPLY=($(compgen -W "--from --only --quick --deep --probe-reports --watch --interval
			--dkim-selector
			$world --json --quiet --help" -- "$cur"))
		;;
	dns)
		COMPREPLY=($(compgen -W "--format --rua --policy --policy-host --ttl --tlsa --new-id --push --tsig-file
			$world --json --quiet --help" -- "$cur"))
		;;
	policy)
		if [ "$COMP_CWORD" -eq 2 ]; then
			COMPREPLY=($(compgen -W "new --help" -- "$cur"))
		else
			COMPREPLY=($(compgen -W "--mode --max-age --mx --output --force $world --quiet --help" -- "$cur"))
		fi
		;;
	publish)
		COMPREPLY=($(compgen -W "--to --policy --policies --force --snippet --root $world --quiet --help" -- "$cur"))
		;;
	resolve)
		COMPREPLY=($(compgen -W "$world --json --help" -- "$cur"))
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
