"""The rules: frozen values and pure functions of them; standard library only."""
