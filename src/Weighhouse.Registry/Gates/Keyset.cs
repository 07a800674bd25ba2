using System.Globalization;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Gates;

/// <summary>Pages of what is numbered, the last first.</summary>
internal static class Keyset
{
    public static string Token(string query, long last) => PageToken.Encode(query, last.ToString(CultureInfo.InvariantCulture));

    /// <summary>Below which number the page begins.</summary>
    public static Result<long> Before(string query, string? token)
    {
        if (token is null) return long.MaxValue;
        if (!PageToken.Decode(query, token, 1).TryGet(out var values, out var error)) return error;
        return long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var before)
            ? before
            : Error.Invalid("Invalid page_token. Start again without page_token.", "page_token");
    }
}
