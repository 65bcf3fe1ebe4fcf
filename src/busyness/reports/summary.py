def headline(material):
    return ["stub"]
