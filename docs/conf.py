# How Sphinx makes the manual; called by docs/site.py.
project = "tandem"
copyright = "the tandem authors"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "docs/index"
exclude_patterns = ["docs/Doxyfile"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "tandem"
html_show_sphinx = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b6e4f", "color-brand-content": "#0b6e4f"},
    "dark_css_variables": {"color-brand-primary": "#5fd3a8", "color-brand-content": "#5fd3a8"},
}
nitpicky = True
