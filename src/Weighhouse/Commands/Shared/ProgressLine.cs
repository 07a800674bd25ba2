namespace Weighhouse.Commands.Shared;

/// <summary>A count that grows on stderr, when a person is there to see it.</summary>
internal sealed class ProgressLine(string what) : IDisposable
{
    private const int ShowEvery = 100;

    private readonly bool _isSeen = !Console.IsErrorRedirected;
    private long _count;

    public void Show(long count)
    {
        _count = count;
        if (_isSeen && count % ShowEvery == 0) Console.Error.Write($"\r{count:N0} {what}");
    }

    public void Dispose()
    {
        if (_isSeen) Console.Error.WriteLine($"\r{_count:N0} {what}");
    }
}
