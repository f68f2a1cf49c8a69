"""Reports: notebooks run with parameters, their pages as blocks, their exports as HTML and PDF."""
