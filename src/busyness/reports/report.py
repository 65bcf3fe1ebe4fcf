def render_report(material):
    return "<html></html>"
