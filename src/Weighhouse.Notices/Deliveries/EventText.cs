using System.Globalization;
using System.Text;
using System.Text.Json;
using Weighhouse.Notices.Events;

namespace Weighhouse.Notices.Deliveries;

/// <summary>An event as receivers are told it, before it takes the shape that one of them wants.</summary>
internal static class EventText
{
    public static string Of(StoredEvent happened)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", happened.Id);
            json.WriteString("type", happened.Draft.Type);
            json.WriteString("at", Time(happened.Draft.AtMs));
            json.WriteString("actor", happened.Draft.Actor);
            json.WriteString("project", happened.Draft.Project);
            json.WriteStartObject("subject");
            json.WriteString("kind", happened.Draft.SubjectKind);
            json.WriteString("name", happened.Draft.SubjectName);
            json.WriteEndObject();
            json.WritePropertyName("data");
            json.WriteRawValue(happened.Draft.DataJson);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    public static string Time(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
