namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>The last lines that a worker wrote. A line that never ends is cut; nothing it writes takes memory without bound.</summary>
internal sealed class WorkerTail
{
    public const int LinesMax = 20;
    private const int LineLengthMax = 500;

    private readonly Queue<string> _lines = new(LinesMax);
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when all that the worker wrote has been read.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The last lines, joined; empty when there are none.</summary>
    public override string ToString()
    {
        lock (_gate) return string.Join('\n', _lines);
    }

    /// <summary>Reads until the worker has closed its end.</summary>
    /// <param name="said">Hears each line.</param>
    public async Task ReadAsync(TextReader reader, Action<string> said)
    {
        var buffer = new char[4096];
        var line = new System.Text.StringBuilder(LineLengthMax);
        try
        {
            while (await reader.ReadAsync(buffer) is > 0 and var count)
            {
                for (var i = 0; i < count; i++)
                {
                    if (buffer[i] == '\n') End(line, said);
                    else if (line.Length < LineLengthMax && buffer[i] != '\r') line.Append(buffer[i]);
                }
            }
        }
        finally
        {
            End(line, said);
            _ended.SetResult();
        }
    }

    private void End(System.Text.StringBuilder line, Action<string> said)
    {
        if (line.Length == 0) return;
        var text = line.ToString();
        line.Clear();
        lock (_gate)
        {
            if (_lines.Count == LinesMax) _lines.Dequeue();
            _lines.Enqueue(text);
        }

        said(text);
    }
}
