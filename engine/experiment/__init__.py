"""The experiment as one immutable value, and every move that makes a new one."""
