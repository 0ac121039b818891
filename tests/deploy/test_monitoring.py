"""Alert rules and the dashboard: read and tried by promtool, and all of metrics that there are."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from aggregator.web.ops.metrics import STORE_METRICS, WEB_METRICS
from tests.deploy.words import DEPLOY, ROOT
from tests.support.programs import check, program

RULES = DEPLOY / "prometheus" / "aggregator.rules.yaml"
DASHBOARD = json.loads((DEPLOY / "grafana" / "aggregator.json").read_text())
NAMES = {measured.name for measured in STORE_METRICS} | {measured.name for measured in WEB_METRICS}
ALERTS: list[dict[str, Any]] = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


@pytest.fixture
def promtool() -> str:
    return program("promtool", "apt-get install prometheus")


def test_prometheus_accepts_the_rules(promtool: str) -> None:
    assert f"SUCCESS: {len(ALERTS)} rules found" in check(promtool, "check", "rules", RULES)


def test_each_alert_comes_with_its_trouble_and_only_then(promtool: str, tmp_path: Path) -> None:
    shutil.copy(RULES, tmp_path)
    shutil.copy(Path(__file__).with_name("alerts.test.yaml"), tmp_path)

    assert "SUCCESS" in check(promtool, "test", "rules", tmp_path / "alerts.test.yaml")


def test_prometheus_can_read_every_query_of_the_dashboard(promtool: str, tmp_path: Path) -> None:
    rules = [{"record": f"panel:{number}", "expr": text} for number, text in enumerate(EXPRESSIONS)]
    file = tmp_path / "dashboard.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))

    assert f"SUCCESS: {len(EXPRESSIONS)} rules found" in check(promtool, "check", "rules", file)


def test_alerts_and_dashboard_use_metrics_that_there_are() -> None:
    used = set(re.findall(r"aggregator_[a-z_]+", " ".join(EXPRESSIONS + [rule["expr"] for rule in ALERTS])))

    assert used <= NAMES


def test_the_dashboard_shows_every_metric() -> None:
    assert {name for name in NAMES if not any(name in text for text in EXPRESSIONS)} == set()


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_the_documentation_says_what_to_do_for_each_alert(rule: dict[str, Any]) -> None:
    assert f"| `{rule['alert']}` |" in (ROOT / "docs" / "deploy.md").read_text()
