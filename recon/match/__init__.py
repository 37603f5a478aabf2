"""Putting lines of two sides together, certain first, without using one twice or losing one."""
