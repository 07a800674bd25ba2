using Weighhouse.Kernel;

namespace Weighhouse.Evaluation;

/// <summary>
/// What this module asks of those that know registered models and can run them. They stand above it and bring it; gates, which read
/// evaluations, stand above it too.
/// </summary>
public interface IVersionsToEvaluate
{
    /// <summary>
    /// The version that a name means, when the caller may view it. NotFound has the field "model", "version" or "alias".
    /// </summary>
    ValueTask<Result<EvaluatedVersion>> FindAsync(
        Principal caller, string model, long? version, string? alias, CancellationToken cancellation);

    /// <summary>Loads the version; dispose it after the last batch.</summary>
    ValueTask<Result<IVersionUnderTest>> OpenAsync(EvaluatedVersion version, CancellationToken cancellation);
}

/// <summary>A loaded version that predicts a batch at a time.</summary>
public interface IVersionUnderTest : IAsyncDisposable
{
    /// <summary>What runs it and in which version, for the report: the same gives the same bits.</summary>
    IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Which columns of the data it wants. InvalidArgument when it takes what no table has, such as images.</summary>
    /// <param name="columns">What the data has.</param>
    /// <param name="wanted">What the caller named, in order; empty for nothing.</param>
    /// <param name="others">Columns that are something else: given only if the model asks for them by name.</param>
    Result<IReadOnlyList<FeatureColumn>> Features(
        IReadOnlyList<string> columns, IReadOnlyList<string> wanted, IReadOnlyList<string> others);

    /// <summary>Predicts the rows, in their order.</summary>
    ValueTask<Result<PredictedBatch>> PredictAsync(FeatureBatch batch, CancellationToken cancellation);
}

/// <param name="IsText">Whether its values are wanted as texts, and not as numbers.</param>
public readonly record struct FeatureColumn(string Name, bool IsText);

/// <summary>Rows of features.</summary>
/// <param name="Numbers">Of each feature that is a number, in the order of the features; NaN where the value is missing.</param>
/// <param name="Texts">Of each feature that is a text.</param>
public sealed record FeatureBatch(int Rows, IReadOnlyList<double[]> Numbers, IReadOnlyList<string[]> Texts);

/// <summary>What a model gave for a batch: outputs by name.</summary>
public sealed record PredictedBatch(IReadOnlyList<PredictedOutput> Outputs);

/// <param name="Width">Values a row.</param>
/// <param name="Numbers">Row after row; null when they are texts.</param>
/// <param name="IsWhole">Whether the numbers are whole by their type: classes, and not scores.</param>
public sealed record PredictedOutput(string Name, int Width, double[]? Numbers, string[]? Texts, bool IsWhole);
