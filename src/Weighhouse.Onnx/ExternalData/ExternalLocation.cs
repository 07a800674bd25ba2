using System.Buffers;
using Weighhouse.Kernel;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Onnx.ExternalData;

/// <summary>Where a model may keep weights outside of its file, as far as its words tell.</summary>
internal static class ExternalLocation
{
    private const int LengthMax = 1024;

    /// <summary>
    /// The runtime has a location of its own with stars in it, for weights that lie in memory at an address, and the address would come out
    /// of the file. The others name streams and devices.
    /// </summary>
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("*?:<>|\"\\");

    /// <summary>Null when the location is a plain path below the model's folder.</summary>
    public static Error? Problem(string tensor, string location)
    {
        var why = location.Length == 0 ? "is missing"
            : location.Length > LengthMax ? $"has {location.Length} characters; the limit is {LengthMax}"
            : location.AsSpan().IndexOfAny(Forbidden) >= 0 || location.Any(char.IsControl) ? "has characters that no plain path has"
            : Array.Exists(location.Split('/'), IsForbiddenName) ? "does not stay in the model's folder, or not plainly so"
            : null;
        return why is null ? null : Refusal(tensor, location, why);
    }

    public static Error Refusal(string tensor, string location, string why) => Error.Invalid(
        $"The weights '{Shortened(tensor)}' lie in '{Shortened(location)}', which {why}. "
        + "Save the model again with its weights in one plain file beside it, or inside it.", "external_data");

    /// <summary>
    /// The tensors whose bytes lie elsewhere. Only weights of the main graph may: the runtime takes bytes for those alone, and would look
    /// for any others by itself.
    /// </summary>
    public static Result<IReadOnlyList<OnnxTensor>> Find(OnnxModel model)
    {
        var found = new List<OnnxTensor>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in model.Graph.Weights)
        {
            if (!names.Add(tensor.Name))
                return Error.Invalid($"The model has two weights of the name '{Shortened(tensor.Name)}'. Export it again.");
            if (tensor.External is not { } external) continue;
            if (Problem(tensor.Name, external.Location) is { } problem) return problem;
            found.Add(tensor);
        }

        return Elsewhere(model) is { } hidden
            ? Refusal(hidden.Name, hidden.External!.Location, "is named in an attribute, a branch, a function or a sparse tensor")
            : found;
    }

    private static OnnxTensor? Elsewhere(OnnxModel model)
    {
        var inFunctions = model.Functions.SelectMany(function => function.Nodes).Select(InNode).FirstOrDefault(IsThere);
        return inFunctions ?? InSparse(model.Graph.SparseWeights) ?? model.Graph.Nodes.Select(InNode).FirstOrDefault(IsThere);
    }

    private static OnnxTensor? InGraph(OnnxGraph graph) =>
        graph.Weights.Find(tensor => tensor.External is not null) ?? InSparse(graph.SparseWeights)
        ?? graph.Nodes.Select(InNode).FirstOrDefault(IsThere);

    private static OnnxTensor? InNode(OnnxNode node)
    {
        foreach (var attribute in node.Attributes)
        {
            var found = attribute.Tensor is { External: not null } ? attribute.Tensor
                : attribute.Tensors.Find(tensor => tensor.External is not null)
                ?? InSparse(attribute.SparseTensor is { } sparse ? [sparse, .. attribute.SparseTensors] : attribute.SparseTensors)
                ?? (attribute.Graph is { } graph ? InGraph(graph) : null) ?? attribute.Graphs.Select(InGraph).FirstOrDefault(IsThere);
            if (found is not null) return found;
        }

        return null;
    }

    private static OnnxTensor? InSparse(List<OnnxSparseTensor> tensors) =>
        tensors.SelectMany(sparse => new[] { sparse.Values, sparse.Indices }).FirstOrDefault(tensor => tensor.External is not null);

    private static bool IsThere(OnnxTensor? tensor) => tensor is not null;

    private static bool IsForbiddenName(string name) => name is "" or "." or ".." || name[^1] is '.' or ' ' || name[0] == ' ';

    private static string Shortened(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
