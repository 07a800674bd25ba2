using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;

namespace Weighhouse.Web.Files;

/// <summary>Text line by line, each with a place that an address can name: <c>#L12</c>. The numbers are drawn by the style.</summary>
internal static class LineMarkup
{
    public static MarkupString Of(string text)
    {
        var html = new StringBuilder(text.Length + text.Length / 2);
        var number = 0;
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            var end = rest.IndexOf('\n');
            var line = end < 0 ? rest : rest[..end];
            html.Append(CultureInfo.InvariantCulture, $"<span id=\"L{++number}\">");
            html.Append(HtmlEncoder.Default.Encode(line.TrimEnd('\r').ToString())).Append("\n</span>");
            rest = end < 0 ? default : rest[(end + 1)..];
        }

        return new MarkupString(html.ToString());
    }
}
