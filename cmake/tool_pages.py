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
COMMAND = re.compile(r"^  ([a-z][\w-]*)(?: {2,}(.*))?$")
CHOICES = re.compile(r"\{([^}]*)\}")


def parse(text):
    """(options, commands) of one help page: an option is (names, choices, description)."""
    options, commands, where = [], [], ""
    for line in text.splitlines():
        if line.endswith(":") and not line.startswith(" "):
            where = line[:-1].lower()
        elif where == "options" and (match := OPTION.match(line)):
            choices = CHOICES.search(match.group(2) or "")
            options.append((match.group(1).split(","), choices.group(1).split(",") if choices else [], match.group(3) or ""))
        elif where == "subcommands" and (match := COMMAND.match(line)):
            commands.append((match.group(1), match.group(2) or ""))
    return options, commands


def names(options):
    return [name for group, _, _ in options for name in group]


def bash(program, options, commands):
    function = "_" + re.sub(r"\W", "_", program)
    cases = "".join(f"    {name}) words='{' '.join(names(own))}' ;;\n" for name, _, own in commands)
    values = "".join(f"    {'|'.join(group)}) COMPREPLY=($(compgen -W '{' '.join(choices)}' -- \"$word\")); return ;;\n"
                     for _, _, own in [("", "", options), *commands] for group, choices, _ in own if choices)
    return f"""# bash completion of {program}
{function}() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" command="" words one
  for one in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$one" in {'|'.join(name for name, _, _ in commands)}) command="$one"; break ;; esac
  done
  case "$before" in
{values}  esac
  case "$command" in
{cases}    *) words='{' '.join([name for name, _, _ in commands] + names(options))}' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [ "${{#COMPREPLY[@]}}" -gt 0 ] || COMPREPLY=($(compgen -f -- "$word"))
}}
complete -F {function} {program}
"""


def quoted(text):
    return text.replace("'", "’").replace("[", "(").replace("]", ")").replace(":", "꞉")


def zsh(program, options, commands):
    def specification(own):
        return " \\\n      ".join(f"'{name}[{quoted(what)}]" + (f":value:({' '.join(choices)})'" if choices else "'")
                                  for group, choices, what in own for name in group)
    listed = " ".join(f"'{name}:{quoted(what)}'" for name, what, _ in commands)
    cases = "".join(f"    {name}) _arguments {specification(own)} '*:file:_files' ;;\n" for name, _, own in commands if own)
    return f"""#compdef {program}
local -a commands=({listed})
if (( CURRENT == 2 )); then
  _describe command commands
  _arguments {specification(options)}
else
  case $words[2] in
{cases}  esac
fi
"""


def fish(program, options, commands):
    def lines(own, condition):
        for group, choices, what in own:
            flags = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in group)
            values = f" -x -a '{' '.join(choices)}'" if choices else ""
            yield f"complete -c {program} -n '{condition}' {flags}{values} -d '{quoted(what)}'"
    text = [f"complete -c {program} -n __fish_use_subcommand -f -a {name} -d '{quoted(what)}'" for name, what, _ in commands]
    text += lines(options, "__fish_use_subcommand")
    for name, _, own in commands:
        text += lines(own, f"__fish_seen_subcommand_from {name}")
    return "\n".join(text) + "\n"


def help_of(*command):
    return subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout


def man_page(path, command, summary, version, folder):
    """One page by help2man, which is given a program of the right name."""
    name = pathlib.Path(path).name + (f"-{command}" if command else "")
    wrapper = folder / name
    wrapper.write_text(f'#!/bin/sh\nexec "{path}" {command} "$@"\n')
    wrapper.chmod(0o755)
    subprocess.run(["help2man", "--no-info", f"--version-string={version}", f"--name={summary}", f"--output={folder}/{name}.1",
                    str(wrapper)], check=True)
    page = folder / f"{name}.1"
    page.write_text(page.read_text().replace(str(path), pathlib.Path(path).name))
    wrapper.unlink()


def man_pages(path, commands, folder):
    folder.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    summary = help_of(path).splitlines()[0].rstrip(".")
    man_page(path, "", summary, version, folder)
    for name, what, _ in commands:
        man_page(path, name, what or name, version, folder)


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
    page = ("Does things.\n\nOptions:\n  -h,--help                   Print this\n  --only TEXT:{a,b} ...\n          Which\n"
            "  --out TEXT=x                Where\n\nSubcommands:\n  run                         Runs\n")
    options, commands = parse(page)
    right = names(options) == ["-h", "--help", "--only", "--out"] and options[1][1] == ["a", "b"] and commands == [("run", "Runs")]
    if not right:
        print(f"help is misread: {options}, {commands}")
    return 0 if right else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test())
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    write(sys.argv[1], pathlib.Path(sys.argv[2]))
