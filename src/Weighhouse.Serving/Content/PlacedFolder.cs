namespace Weighhouse.Serving.Content;

/// <summary>Files of a model where a runtime opens them. They are not deleted to make room before this is disposed.</summary>
internal sealed class PlacedFolder(string path, Action release) : IDisposable
{
    private Action? _release = release;

    public string Path => path;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
