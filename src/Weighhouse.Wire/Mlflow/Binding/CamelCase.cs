using System.Collections.Concurrent;
using System.Text;

namespace Weighhouse.Wire.Mlflow.Binding;

/// <summary>The lowerCamelCase twin of a field's name, which protobuf takes too. Names come from our code, so there are few.</summary>
internal static class CamelCase
{
    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    public static string Of(string snake) => Known.GetOrAdd(snake, static name =>
    {
        var camel = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] is '_' && i + 1 < name.Length) camel.Append(char.ToUpperInvariant(name[++i]));
            else camel.Append(name[i]);
        }

        return camel.ToString();
    });
}
