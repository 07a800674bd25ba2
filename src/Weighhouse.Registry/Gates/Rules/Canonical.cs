using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Weighhouse.Registry.Gates.Rules;

/// <summary>Texts of which the same is always the same bytes.</summary>
internal static class Canonical
{
    /// <summary>A gate as JSON, and its SHA-256 in hexadecimal digits.</summary>
    public static (string Text, string Id) Of(string kind, params (string Name, string[] Values)[] members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            foreach (var (name, values) in members.OrderBy(static member => member.Name, StringComparer.Ordinal))
            {
                json.WriteStartArray(name);
                foreach (var value in values) json.WriteStringValue(value);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        var text = Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        return (text, IdOf(text));
    }

    public static string IdOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
