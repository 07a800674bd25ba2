using System.Text.Json;

namespace Weighhouse.Commands.Registry;

/// <summary>What an event says of before and after, for a cell of a table.</summary>
internal static class EventText
{
    public static string Of(string? json)
    {
        if (json is null) return "";
        using var document = JsonDocument.Parse(json);
        return string.Join(' ', document.RootElement.EnumerateObject().Select(static member => $"{member.Name}={member.Value}"));
    }
}
