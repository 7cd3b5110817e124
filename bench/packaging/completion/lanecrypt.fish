# SPDX-License-Identifier: MIT
# fish completion of lanecrypt. What there is to choose from is asked of the command itself, in some 20 ms.

function __lanecrypt_command -d 'The subcommand on the command line'
    set -l words (commandline -opc)
    test (count $words) -gt 1; and echo $words[2]
end

function __lanecrypt_commands
    lanecrypt help 2>/dev/null | sed -n '/^Examples/q; s/^  \([a-z]\{1,\}\)  *\(.*\)/\1\t\2/p'
end

# The options that want a value (with, $argv = value) or none.
function __lanecrypt_options
    set -l command (__lanecrypt_command)
    test -n "$command"; or return
    lanecrypt help $command 2>/dev/null |
        sed -n '/^Options:/,$ s/^  \(--[a-z-]*\)\( [A-Z][^ ]*\)\{0,1\}  *\(.*\)/\1\t\3/p'
end

function __lanecrypt_names -a table column
    lanecrypt list --no-color --format csv 2>/dev/null |
        awk -F, -v table=$table -v column=$column '
            /^$/ { n++; next }
            n == table && FNR > 1 && !/^(table|kind),/ { print $column }' |
        sort -u
end

function __lanecrypt_kinds
    lanecrypt handshake --list --format csv 2>/dev/null | awk -F, 'FNR > 1 { print $2 }'
end

# What the argument has to be, where the usage says one|other.
function __lanecrypt_words
    set -l command (__lanecrypt_command)
    test -n "$command"; or return
    lanecrypt help $command 2>/dev/null | sed -n 's/^Usage: lanecrypt [a-z]* \([a-z]*|[a-z|]*\).*/\1/p' | string split '|'
end

function __lanecrypt_previous
    set -l words (commandline -opc)
    echo $words[-1]
end

# What the option before the cursor takes.
function __lanecrypt_values
    switch (__lanecrypt_previous)
        case --algorithm
            if string match -q handshake -- (__lanecrypt_command)
                __lanecrypt_kinds
            else
                __lanecrypt_names 1 2
            end
        case --engine
            __lanecrypt_names 0 2
        case --baseline
            echo best
            __lanecrypt_names 0 2
        case --kernel
            echo auto
            __lanecrypt_names 2 3
        case --trace
            __lanecrypt_kinds
        case --op
            printf '%s\n' seal open encrypt decrypt mac sign verify keygen derive encapsulate decapsulate handshake
        case --format
            printf '%s\n' table csv markdown json
        case --by
            printf '%s\n' cycles time
        case --size
            printf '%s\n' 16 64 256 1350 16K 1M
    end
end

complete -c lanecrypt -n 'not __lanecrypt_command' -f -a '(__lanecrypt_commands)'
complete -c lanecrypt -n 'string match -q help -- (__lanecrypt_command)' -f -a '(__lanecrypt_commands)'
complete -c lanecrypt -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__lanecrypt_options)'
complete -c lanecrypt -n 'string length -q -- (__lanecrypt_words)' -f -a '(__lanecrypt_words)'
complete -c lanecrypt -f \
    -n 'contains -- (__lanecrypt_previous) --{algorithm,engine,baseline,kernel,trace,op,format,by,size}' -a '(__lanecrypt_values)'
