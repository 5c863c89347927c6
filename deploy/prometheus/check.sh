#!/bin/sh
# Checks recording rules and alerts with promtool: they are valid, they do what X_test.yaml says, and
# the files for the Prometheus operator hold the same groups.
set -eu
cd "$(dirname "$0")"

same() { # FILE FILE-FOR-THE-OPERATOR
  groups=$(sed -n '/^groups:/,$p' "$1")
  for_operator=$(sed -n '/^spec:/,$p' "$2" | sed -e 1d -e 's/^  //')
  if [ "$groups" != "$for_operator" ]; then
    echo "$2: groups differ from $1; copy them, indented by 2" >&2
    exit 1
  fi
  echo "$2: same groups as $1"
}

for rules in rules alerts; do
  promtool check rules $rules.yaml
  promtool test rules ${rules}_test.yaml
done
same rules.yaml prometheusrule.yaml
same alerts.yaml prometheusrule-alerts.yaml
