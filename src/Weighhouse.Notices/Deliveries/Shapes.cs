using System.Text;
using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Notices.Deliveries;

/// <summary>What is told, in the words that a receiver understands.</summary>
internal static class Shapes
{
    public static byte[] Of(HookShape shape, string eventJson) => shape switch
    {
        HookShape.Slack => SlackOf(eventJson),
        HookShape.Teams => TeamsOf(eventJson),
        _ => Encoding.UTF8.GetBytes(eventJson),
    };

    private static byte[] SlackOf(string eventJson) => Written(json =>
    {
        json.WriteStartObject();
        // In Slack's own markup these three letters begin something.
        json.WriteString("text", Sentence(eventJson)
            .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal));
        json.WriteEndObject();
    });

    private static byte[] TeamsOf(string eventJson) => Written(json =>
    {
        json.WriteStartObject();
        json.WriteString("type", "message");
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
        json.WriteStartObject("content");
        json.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        json.WriteString("type", "AdaptiveCard");
        json.WriteString("version", "1.4");
        json.WriteStartArray("body");
        json.WriteStartObject();
        json.WriteString("type", "TextBlock");
        json.WriteBoolean("wrap", true);
        json.WriteString("text", Sentence(eventJson));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>A value that a person reads to its end: a description is told by its beginning.</summary>
    private const int ValueLettersMax = 300;

    /// <summary>Chats refuse what is too long (Slack 40,000 letters, Teams 28 KB), and nobody reads it.</summary>
    private const int SentenceLettersMax = 3_000;

    /// <summary>"ann: version.stage of model churn, default (before: …; after: …)".</summary>
    private static string Sentence(string eventJson)
    {
        using var document = JsonDocument.Parse(eventJson);
        var root = document.RootElement;
        var subject = root.GetProperty("subject");
        var text = new StringBuilder()
            .Append(root.GetProperty("actor").GetString()).Append(": ").Append(root.GetProperty("type").GetString()).Append(" of ")
            .Append(subject.GetProperty("kind").GetString()).Append(' ').Append(subject.GetProperty("name").GetString());
        foreach (var member in root.GetProperty("data").EnumerateObject())
        {
            var value = member.Value.ValueKind is JsonValueKind.String ? member.Value.GetString() : member.Value.GetRawText();
            text.Append("; ").Append(member.Name).Append(' ').Append(Shortened(value ?? "", ValueLettersMax));
        }

        return Shortened(text.ToString(), SentenceLettersMax);
    }

    private static string Shortened(string text, int lettersMax) =>
        text.Length <= lettersMax ? text : PlainText.Cut(text, lettersMax - 1) + "…";

    internal static byte[] Written(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return buffer.ToArray();
    }
}
