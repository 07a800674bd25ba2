using System.Buffers;
using System.Globalization;
using System.Text;

namespace Weighhouse.Versioning.Objects;

/// <summary>
/// Writes JSON in the one way RFC 8785 leaves open: no blanks, the shortest escapes. Its caller writes the keys in order. One value has one
/// spelling, so that it can be named by its hash and signed.
/// </summary>
internal sealed class CanonicalJson(ArrayBufferWriter<byte> target)
{
    private bool _follows;

    public CanonicalJson Open(char bracket)
    {
        Separate();
        Put((byte)bracket);
        _follows = false;
        return this;
    }

    public CanonicalJson Close(char bracket)
    {
        Put((byte)bracket);
        _follows = true;
        return this;
    }

    public CanonicalJson Key(string name)
    {
        Separate();
        Quote(name);
        Put((byte)':');
        _follows = false;
        return this;
    }

    public CanonicalJson Text(string value)
    {
        Separate();
        Quote(value);
        _follows = true;
        return this;
    }

    public CanonicalJson Number(long value)
    {
        Separate();
        Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture), target);
        _follows = true;
        return this;
    }

    private void Separate()
    {
        if (_follows) Put((byte)',');
        _follows = false;
    }

    private void Quote(string value)
    {
        Put((byte)'"');
        var text = new StringBuilder(value.Length + 8);
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(character),
            };
        }

        Encoding.UTF8.GetBytes(text.ToString(), target);
        Put((byte)'"');
    }

    private void Put(byte octet)
    {
        target.GetSpan(1)[0] = octet;
        target.Advance(1);
    }
}
