namespace Weighhouse.Serving;

/// <summary>
/// What a model answered: the outputs asked for, in the order asked, or all of them in the model's. Dispose it before its request.
/// </summary>
public abstract class InferenceReply : IDisposable
{
    /// <summary>The version that answered.</summary>
    public abstract ServedVersion Version { get; }

    public abstract PredictionId Id { get; }

    /// <summary>How many outputs there are.</summary>
    public abstract int Count { get; }

    /// <summary>The place of an output in the model's shape.</summary>
    public abstract int Place(int index);

    /// <summary>An output; good until the reply is disposed.</summary>
    public abstract TensorView Output(int index);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
