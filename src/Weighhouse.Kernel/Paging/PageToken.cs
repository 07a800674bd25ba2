using System.Buffers.Text;
using System.Text;

namespace Weighhouse.Kernel;

/// <summary>
/// An opaque keyset token: the sort values of the last row, bound to a fingerprint of the query they belong to,
/// so that a token of another query is refused instead of answering nonsense.
/// </summary>
public static class PageToken
{
    private const int LengthMax = 16_384;
    private const char Separator = '\u001f';

    /// <param name="query">Whatever identifies the query: filter, order, scope.</param>
    public static string Encode(string query, params ReadOnlySpan<string?> values)
    {
        var text = new StringBuilder().Append('1').Append(Separator).Append(Fingerprint(query));
        foreach (var value in values) text.Append(Separator).Append(value is null ? "0" : "1" + Uri.EscapeDataString(value));
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>The values, or an error when the token is not one of this query's.</summary>
    public static Result<string?[]> Decode(string query, string token, int count)
    {
        if (token.Length > LengthMax || !Base64Url.IsValid(token)) return Bad();
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split(Separator);
        if (parts.Length != count + 2 || parts[0] != "1" || parts[1] != Fingerprint(query)) return Bad();
        var values = new string?[count];
        for (var i = 0; i < count; i++)
        {
            if (parts[i + 2] is "0") continue;
            if (!parts[i + 2].StartsWith('1')) return Bad();
            values[i] = Uri.UnescapeDataString(parts[i + 2][1..]);
        }

        return values;
    }

    private static Error Bad() =>
        Error.Invalid("Invalid page_token: it is not one this query returned. Start again without page_token.", "page_token");

    /// <summary>FNV-1a, 64 bits: stable between processes and versions, unlike <see cref="string.GetHashCode()"/>.</summary>
    private static string Fingerprint(string query)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in query)
        {
            hash ^= character;
            hash *= 1099511628211UL;
        }

        return hash.ToString("x16");
    }
}
