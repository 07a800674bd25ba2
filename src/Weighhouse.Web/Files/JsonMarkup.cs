using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components;

namespace Weighhouse.Web.Files;

/// <summary>JSON indented, with its keys, texts, numbers and words told apart.</summary>
internal static class JsonMarkup
{
    private const int DepthMax = 64;

    /// <summary>Null when the text is not JSON.</summary>
    public static MarkupString? Of(string text)
    {
        try
        {
            return new MarkupString(Write(Encoding.UTF8.GetBytes(text)));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Write(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(
            json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = DepthMax });
        var html = new StringBuilder(json.Length * 2);
        var last = JsonTokenType.None;
        while (reader.Read())
        {
            var isEnd = reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject;
            var isFirst = last is JsonTokenType.None or JsonTokenType.StartArray or JsonTokenType.StartObject;
            if (last is JsonTokenType.PropertyName) html.Append(": ");
            else if (!isFirst && !isEnd) html.Append(',');
            if (last is not JsonTokenType.PropertyName and not JsonTokenType.None && !(isEnd && isFirst))
                html.Append('\n').Append(' ', reader.CurrentDepth * 2);
            Append(html, ref reader);
            last = reader.TokenType;
        }

        return html.ToString();
    }

    private static void Append(StringBuilder html, ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: html.Append('{'); break;
            case JsonTokenType.EndObject: html.Append('}'); break;
            case JsonTokenType.StartArray: html.Append('['); break;
            case JsonTokenType.EndArray: html.Append(']'); break;
            case JsonTokenType.PropertyName: Span(html, "k", Quote(reader.GetString()!)); break;
            case JsonTokenType.String: Span(html, "s", Quote(reader.GetString()!)); break;
            case JsonTokenType.Number: Span(html, "n", Encoding.UTF8.GetString(reader.ValueSpan)); break;
            default: Span(html, "w", Encoding.UTF8.GetString(reader.ValueSpan)); break;
        }
    }

    private static void Span(StringBuilder html, string name, string text) =>
        html.Append("<span class=\"").Append(name).Append("\">").Append(HtmlEncoder.Default.Encode(text)).Append("</span>");

    private static string Quote(string text) => "\"" + JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\"";
}
