using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Mlflow.Binding;

/// <summary>The first thing wrong with a request, in MLflow's words: its tests, and people's scripts, match them.</summary>
internal sealed class FieldProblems
{
    private const string SeeDocs = " See the API docs for more information about request parameters.";
    private const int ShownMax = 500;

    public Error? First { get; private set; }

    public void Missing(string path) =>
        Add(Error.Invalid($"Missing value for required parameter '{path}'.{SeeDocs}", path));

    /// <param name="shown">The value as JSON.</param>
    /// <param name="pythonType">What Python calls its type: MLflow tells it as a hint.</param>
    public void WrongType(string path, string shown, string pythonType) =>
        Add(Error.Invalid(
            $"Invalid value {Cut(shown)} for parameter '{path}' supplied:  Hint: Value was of type '{pythonType}'.{SeeDocs}", path));

    public void Wrong(string path, string shown, string why) =>
        Add(Error.Invalid($"Invalid value {Cut(shown)} for parameter '{path}' supplied. {why}", path));

    public void Add(Error error) => First ??= error;

    public static string PythonTypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "str",
        JsonValueKind.Number => value.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') >= 0 ? "float" : "int",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "dict",
        _ => "NoneType",
    };

    private static string Cut(string shown) => shown.Length <= ShownMax ? shown : shown[..ShownMax] + "…";
}
