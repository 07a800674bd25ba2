using System.Globalization;
using System.Text;

namespace Weighhouse.Client.Http;

/// <summary>A path with its query, escaped; absent values stay out.</summary>
internal sealed class QueryText(string path)
{
    private readonly StringBuilder _text = new(path);
    private char _separator = '?';

    public QueryText Add(string name, string? value)
    {
        if (value is null) return this;
        _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _separator = '&';
        return this;
    }

    public QueryText Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}
