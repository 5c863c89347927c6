#!/bin/sh
# Checks the recording rules with promtool: they are valid, they compute what rules_test.yaml says,
# and prometheusrule.yaml holds the same groups as rules.yaml.
set -eu
cd "$(dirname "$0")"

promtool check rules rules.yaml
promtool test rules rules_test.yaml

groups=$(sed -n '/^groups:/,$p' rules.yaml)
for_operator=$(sed -n '/^spec:/,$p' prometheusrule.yaml | sed -e 1d -e 's/^  //')
if [ "$groups" != "$for_operator" ]; then
  echo "prometheusrule.yaml: groups differ from rules.yaml; copy them, indented by 2" >&2
  exit 1
fi
echo "prometheusrule.yaml: same groups as rules.yaml"
