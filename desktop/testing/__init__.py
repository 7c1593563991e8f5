"""What every provider has to pass; importable by packages that bring their own provider."""
