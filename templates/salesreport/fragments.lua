-- Reads a JSON list of {format, text}, writes a JSON list of Typst markup.
-- Nothing may reach outside the page or refer to what is not there: pictures become their
-- description, formulas their source, links inside a page their words; headings start at level 2.

local function html_inside(el)
  if el.format:match("html") then return pandoc.read(el.text, "html").blocks end
  return {}
end

local function filter()
  local top = nil
  return {
    Header = function(el)
      top = math.min(top or el.level, el.level)
      return pandoc.Header(el.level <= top and 2 or 3, el.content)
    end,
    Image = function(el) return el.caption end,
    Figure = function(el) return el.content end,
    Math = function(el) return pandoc.Code(el.text) end,
    Link = function(el)
      if el.target:match("^https?://") or el.target:match("^mailto:") then
        return pandoc.Link(el.content, el.target)
      end
      return el.content
    end,
    RawInline = function() return {} end,
    Div = function(el) return el.content end,
    Span = function(el) return el.content end,
    Table = function(el)
      el.attr = pandoc.Attr()
      el.caption = { long = {} }
      return el
    end,
  }
end

local function convert(fragment)
  local format = fragment.format == "markdown" and "gfm+raw_html" or "html"
  local doc = pandoc.read(fragment.text, format):walk({ RawBlock = html_inside })
  return pandoc.write(doc:walk(filter()), "typst")
end

local fragments = pandoc.json.decode(io.read("a"), false)
local done = pandoc.List()
for i, fragment in ipairs(fragments) do done[i] = convert(fragment) end
io.write(pandoc.json.encode(done))
