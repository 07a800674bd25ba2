namespace Weighhouse.Kernel;

/// <summary>
/// An expected failure that had no result to come back in. Boundaries answer with its <see cref="Error"/> instead of an internal error.
/// </summary>
public abstract class ErrorException(Error error, Exception? cause) : Exception(error.ToString(), cause)
{
    public Error Error { get; } = error;
}
