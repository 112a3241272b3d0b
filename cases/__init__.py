"""The twenty cases: call-in, intake, hand-in with receipt, supplements."""
