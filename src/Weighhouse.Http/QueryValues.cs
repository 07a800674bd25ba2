using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Http;

/// <summary>Values of the query string. An absent one is null; one that cannot be read is an error, never a default.</summary>
public static class QueryValues
{
    public static string? Text(this IQueryCollection query, string name) =>
        query.TryGetValue(name, out var values) && values.Count > 0 ? values[^1] : null;

    public static Result<long?> Long(this IQueryCollection query, string name)
    {
        var text = query.Text(name);
        if (string.IsNullOrEmpty(text)) return (long?)null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : Error.Invalid($"{name} is '{Shown(text)}'; send a whole number.", name);
    }

    public static Result<int> Int(this IQueryCollection query, string name, int absent, int min, int max)
    {
        var read = query.Long(name);
        if (!read.TryGet(out var value, out var error)) return error;
        if (value is null) return absent;
        return value >= min && value <= max ? (int)value : Error.Invalid($"{name} is {value}; it must be from {min} to {max}.", name);
    }

    /// <summary>The page asked for: <c>page_size</c> and <c>page_token</c>.</summary>
    public static Result<PageRequest> Page(this IQueryCollection query, int absentSize, int maxSize) =>
        query.Int("page_size", absentSize, 1, maxSize).Map(size => new PageRequest(size, query.Text("page_token")));

    /// <summary>A value short enough for a message.</summary>
    private static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
