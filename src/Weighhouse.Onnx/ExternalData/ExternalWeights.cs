using Weighhouse.Kernel;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Onnx.ExternalData;

/// <summary>A weight in a file that is open and mapped.</summary>
internal sealed record ExternalWeight(OnnxTensor Tensor, MappedFile File, long OffsetBytes, long LengthBytes);

/// <summary>
/// The files that a model's weights lie in, each opened once. What was examined is what is read: no name is looked up again.
/// </summary>
internal sealed class ExternalWeights : IDisposable
{
    private readonly Dictionary<string, MappedFile> _files = new(StringComparer.Ordinal);

    public List<ExternalWeight> All { get; } = [];

    public IEnumerable<MappedFile> Files => _files.Values;

    /// <param name="model">Names the files.</param>
    /// <param name="folder">The model's folder; null when it has none, and so no files.</param>
    public static Result<ExternalWeights> Open(OnnxModel model, string? folder)
    {
        if (!ExternalLocation.Find(model).TryGet(out var tensors, out var error)) return error;
        var weights = new ExternalWeights();
        foreach (var tensor in tensors)
        {
            var problem = folder is null
                ? ExternalLocation.Refusal(
                    tensor.Name, tensor.External!.Location, "cannot be found: the model was given as bytes, without a folder")
                : weights.Add(tensor, tensor.External!, folder);
            if (problem is null) continue;
            weights.Dispose();
            return problem;
        }

        return weights;
    }

    public void Dispose()
    {
        foreach (var file in _files.Values) file.Dispose();
    }

    private Error? Add(OnnxTensor tensor, OnnxExternalData external, string folder)
    {
        if (!_files.TryGetValue(external.Location, out var file))
        {
            var (opened, refusal) = FolderWalk.Open(folder, external.Location);
            if (opened is null) return ExternalLocation.Refusal(tensor.Name, external.Location, refusal!);
            _files[external.Location] = file = MappedFile.Map(opened);
        }

        var needed = tensor.ElementType.BytesOf(OnnxElementTypes.CountOf(tensor.Shape.ToArray()));
        if (needed < 0 || (external.LengthBytes is { } said && said != needed))
            return ExternalLocation.Refusal(
                tensor.Name, external.Location,
                $"is said to hold {external.LengthBytes} bytes of them where {tensor.ElementType}[{string.Join(',', tensor.Shape)}] "
                + (needed < 0 ? "is no tensor of bytes" : $"takes {needed}"));
        if (external.OffsetBytes > file.LengthBytes || needed > file.LengthBytes - external.OffsetBytes)
            return ExternalLocation.Refusal(
                tensor.Name, external.Location,
                $"has {file.LengthBytes} bytes and would have to have {needed} from {external.OffsetBytes} on");
        All.Add(new ExternalWeight(tensor, file, external.OffsetBytes, needed));
        return null;
    }
}
