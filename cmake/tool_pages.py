#!/usr/bin/env python3
"""Man pages and shell completions of a CLI11 program, made of what its --help says.

usage: tool_pages.py PROGRAM FOLDER     writes FOLDER/NAME.bash, FOLDER/_NAME (zsh), FOLDER/NAME.fish and, where help2man is
                                        installed, FOLDER/man1/NAME.1 and FOLDER/man1/NAME-COMMAND.1 for each subcommand
       tool_pages.py --self-test
"""
import pathlib
import re
import shutil
import subprocess
import sys

OPTION = re.compile(r"^  ((?:-{1,2}[\w-]+,?)+)(?:[ =](\S.*?))?(?:  +(.*))?$")
FILES = ("FILE", "NAME") # values that are completed by files
COMMAND = re.compile(r"^  ([a-z][\w-]*)(?: {2,}(.*))?$")
CHOICES = re.compile(r"any of: ([^;)]*)")


def parse(text):
    """(options, commands) of one help page: an option is (names, value, choices, description), a command (name, description)."""
    options, commands, where = [], [], ""
    for line in text.splitlines():
        if line.endswith(":") and not line.startswith(" "):
            where = line[:-1].lower()
        elif where == "options" and (match := OPTION.match(line)):
            options.append([match.group(1).split(","), match.group(2) or "", [], match.group(3) or ""])
        elif where == "options" and options and line.startswith(" " * 10): # the description of a long one has a line of its own
            options[-1][3] = f"{options[-1][3]} {line.strip()}".strip()
        elif where == "subcommands" and (match := COMMAND.match(line)):
            commands.append((match.group(1), match.group(2) or ""))
    for option in options:
        if choices := CHOICES.search(option[3]):
            option[2] = choices.group(1).split(", ")
            option[3] = option[3][:choices.start()].rstrip(" (;") or option[3]
    return options, commands


def names(options):
    return [name for group, *_ in options for name in group]


def bash(program, options, commands):
    function = "_" + re.sub(r"\W", "_", program)
    cases = "".join(f"    {name}) words='{' '.join(names(own))}' ;;\n" for name, _, own in commands)
    values = ""
    for name, _, own in [("", "", options), *commands]:
        for group, value, choices, _ in own:
            if value:
                found = (f"compgen -W '{' '.join(choices)}' -- \"$word\"" if choices else
                         'compgen -f -- "$word"' if value in FILES else "")
                values += f"    {'|'.join(f'{name}:{one}' for one in group)}) COMPREPLY=({f'$({found})' if found else ''}); return ;;\n"
    return f"""# bash completion of {program}
{function}() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" command="" words one
  for one in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$one" in {'|'.join(name for name, _, _ in commands)}) command="$one"; break ;; esac
  done
  case "$command:$before" in
{values}  esac
  case "$command" in
{cases}    *) words='{' '.join([name for name, _, _ in commands] + names(options))}' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o filenames -F {function} {program}
"""


def zsh(program, options, commands):
    def quoted(text, marks=""):
        return re.sub(f"([{re.escape(marks)}])", r"\\\1", text).replace("'", r"'\''") if marks else text.replace("'", r"'\''")

    def specification(own):
        for group, value, choices, what in own:
            action = f":{value.lower()}:" + (f"({' '.join(choices)})" if choices else "_files" if value in FILES else " ") if value else ""
            for name in group:
                yield f"'({' '.join(group)}){name}[{quoted(what, '[]')}]{action}'"
    listed = " ".join("'" + name + ":" + quoted(what, ":") + "'" for name, what, _ in commands)
    own_options = "".join(f"    {name}) _arguments -S {' '.join(specification(own))} ;;\n" for name, _, own in commands)
    return f"""#compdef {program}
local -a commands=({listed})
local command=${{words[(r)({'|'.join(name for name, _, _ in commands)})]}}
if [[ -z $command || $command == $words[CURRENT] ]]; then
  _describe command commands
  _arguments {' '.join(specification(options))}
else
  case $command in
{own_options}  esac
fi
"""


def fish(program, options, commands):
    def quoted(text):
        return text.replace("\\", "\\\\").replace("'", r"\'")

    def lines(own, condition):
        for group, value, choices, what in own:
            flags = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in group)
            values = f" -x -a '{' '.join(choices)}'" if choices else " -r -F" if value in FILES else " -x" if value else ""
            yield f"complete -c {program} -n '{condition}' -f {flags}{values} -d '{quoted(what)}'"
    text = [f"complete -c {program} -n __fish_use_subcommand -f -a {name} -d '{quoted(what)}'" for name, what, _ in commands]
    text += lines(options, "__fish_use_subcommand")
    for name, _, own in commands:
        text += lines(own, f"__fish_seen_subcommand_from {name}")
    return "\n".join(text) + "\n"


def help_of(*command):
    return subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout


FACTS = """[ENVIRONMENT]
.TP
TANDEM_DEVICE
The device to use: cpu, gpu, an index, a UUID or part of a name.
.TP
TANDEM_CACHE_DIR
Where compiled kernels and the measured profile are kept; else $XDG_CACHE_HOME/tandem or ~/.cache/tandem.

[SEE ALSO]
"""


def man_page(path, command, summary, version, also, folder):
    """One page by help2man, which is given a program of the right name."""
    name = pathlib.Path(path).name + (f"-{command}" if command else "")
    wrapper, facts = folder / name, folder / f"{name}.facts"
    wrapper.write_text(f'#!/bin/sh\nexec "{path}" {command} "$@"\n')
    wrapper.chmod(0o755)
    facts.write_text(FACTS + ",\n".join(f".BR {one} (1)" for one in also) + "\n")
    if len(summary) > 80: # a line of `apropos`, not a paragraph
        summary = summary.split(": ")[0].split(" (")[0]
    subprocess.run(["help2man", "--no-info", f"--source=tandem {version}", f"--version-string={version}", f"--name={summary}",
                    f"--include={facts}", f"--output={folder}/{name}.1", str(wrapper)], check=True)
    page = folder / f"{name}.1"
    text = page.read_text().replace(str(path), pathlib.Path(path).name)
    for found, heading in (("Positionals:", "ARGUMENTS"), ("Subcommands:", "COMMANDS")):
        text = text.replace(f'.SS "{found}"', f".SH {heading}")
    page.write_text(text)
    wrapper.unlink()
    facts.unlink()


def man_pages(path, commands, folder):
    folder.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    program = pathlib.Path(path).name
    pages = [f"{program}-{name}" for name, _, _ in commands]
    man_page(path, "", help_of(path).splitlines()[0].rstrip("."), version, pages, folder)
    for name, what, _ in commands:
        man_page(path, name, what or name, version, [program], folder)


def write(path, folder):
    program = pathlib.Path(path).name
    options, listed = parse(help_of(path))
    commands = [(name, what, parse(help_of(path, name))[0]) for name, what in listed]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{program}.bash").write_text(bash(program, options, commands), encoding="utf-8")
    (folder / f"_{program}").write_text(zsh(program, options, commands), encoding="utf-8")
    (folder / f"{program}.fish").write_text(fish(program, options, commands), encoding="utf-8")
    if shutil.which("help2man"):
        man_pages(str(pathlib.Path(path).resolve()), commands, folder / "man1")


def self_test():
    page = ("Does things.\n\nOptions:\n  -h,--help                   Print this\n  --only TEXT                 Which (any of: a, b; default a)\n"
            "  --a-long-name-of-an-option FLOAT\n                              How long: 'a' or [b]\n"
            "  --out FILE                  Where\n\nSubcommands:\n  run                         Runs: it's done\n")
    options, commands = parse(page)
    right = (names(options) == ["-h", "--help", "--only", "--a-long-name-of-an-option", "--out"] and options[1][2] == ["a", "b"] and
             options[2][3] == "How long: 'a' or [b]" and commands == [("run", "Runs: it's done")])
    if not right:
        print(f"help is misread: {options}, {commands}")
        return 1
    for shell, text in (("bash", bash("p", options, [(*commands[0], options)])), ("zsh", zsh("p", options, [(*commands[0], options)])),
                        ("fish", fish("p", options, [(*commands[0], options)]))):
        if shutil.which(shell) and subprocess.run([shell, "-n"], input=text, text=True).returncode != 0:
            print(f"{shell} does not understand:\n{text}")
            return 1
    asked = bash("p", options, [(*commands[0], options)]) + 'COMP_WORDS=(p run --only ""); COMP_CWORD=3; _p; echo "${COMPREPLY[@]}"\n'
    answer = subprocess.run(["bash"], input=asked, capture_output=True, text=True).stdout
    if answer != "a b\n":
        print(f"bash completes 'p run --only' by {answer!r}")
        return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test())
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    write(sys.argv[1], pathlib.Path(sys.argv[2]))
