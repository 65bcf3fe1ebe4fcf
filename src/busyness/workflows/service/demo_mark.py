"""How the demo's folder of worlds is told from others: only what bears this mark is ever made again."""

DEMO = "demo.json"
