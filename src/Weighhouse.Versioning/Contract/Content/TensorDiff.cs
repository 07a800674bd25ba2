using System.Text.Json.Serialization;

namespace Weighhouse.Versioning;

[JsonConverter(typeof(SnakeCase<TensorChangeKind>))]
public enum TensorChangeKind
{
    Added,
    Removed,
    /// <summary>The same type, shape and bytes under another name.</summary>
    Renamed,
    /// <summary>Another type of numbers.</summary>
    Retyped,
    /// <summary>The same type in another shape.</summary>
    Reshaped,
    /// <summary>The same type and shape with other numbers.</summary>
    Changed,
}

/// <param name="DataType">In the words of the format: F32, BF16, &lt;f4, Q4_K; empty when the format does not say.</param>
/// <param name="Shape">Outermost dimension first.</param>
public sealed record TensorFacts(string DataType, IReadOnlyList<long> Shape, long SizeBytes);

/// <summary>How far the numbers of a tensor moved. Elements that are not finite on a side are counted and left out of the rest.</summary>
/// <param name="ChangedElements">Whose bits differ.</param>
/// <param name="DistanceMax">The largest |new - old|.</param>
/// <param name="DistanceMean">The mean |new - old| over all elements.</param>
/// <param name="RelativeDistance">The Euclidean norm of new - old over that of old; infinite when old is all zeros.</param>
/// <param name="Cosine">Of the angle between the two; not a number when a side is all zeros.</param>
public sealed record TensorMovement(
    long Elements,
    long ChangedElements,
    double DistanceMax,
    double DistanceMean,
    double RelativeDistance,
    double Cosine,
    double OldNorm,
    double NewNorm,
    long OldNanCount,
    long NewNanCount,
    long OldInfinityCount,
    long NewInfinityCount)
{
    public double ChangedShare => Elements == 0 ? 0 : (double)ChangedElements / Elements;
}

/// <param name="OldName">Of a renamed tensor; null for all others.</param>
/// <param name="Movement">On request, for changed tensors of a type with numbers we know.</param>
public sealed record TensorChange(TensorChangeKind Kind, string Name, string? OldName, TensorFacts? Old, TensorFacts? New)
{
    public TensorMovement? Movement { get; init; }
}

/// <summary>Something said beside the tensors: metadata of safetensors; opsets, operators, inputs and outputs of ONNX.</summary>
/// <param name="Old">Null when it was added.</param>
/// <param name="New">Null when it was removed.</param>
public sealed record FactChange(string Name, string? Old, string? New);

/// <param name="SameCount">Tensors that are equal under the same name.</param>
/// <param name="OldElements">Numbers in all tensors together: the parameters of a model.</param>
/// <param name="ChangedBytes">Of the newer side: all that is not the same or merely renamed.</param>
/// <param name="Changes">By kind and name.</param>
/// <param name="IsCut">Whether there are more than were asked for.</param>
public sealed record TensorDiff(
    int OldCount,
    int NewCount,
    int SameCount,
    long OldElements,
    long NewElements,
    long ChangedBytes,
    IReadOnlyList<TensorChange> Changes,
    IReadOnlyList<FactChange> Facts,
    bool IsCut);

public sealed record NamedTensor(string Name, TensorFacts Facts);

/// <param name="Tensors">In the order of their bytes; at most <see cref="VersioningOptions.DetailsMax"/>.</param>
/// <param name="Facts">What is said beside them, by name.</param>
public sealed record TensorSummary(
    int Count, long Elements, IReadOnlyList<NamedTensor> Tensors, IReadOnlyList<KeyValuePair<string, string>> Facts, bool IsCut);
