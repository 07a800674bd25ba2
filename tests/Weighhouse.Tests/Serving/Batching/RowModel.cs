using System.Runtime.InteropServices;
using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Serving.Loading;
using Weighhouse.Serving.Runtimes;

namespace Weighhouse.Tests.Serving.Batching;

/// <summary>
/// Gives back each row of numbers doubled and each text as it is, slowly when it is held, and refuses any run with a number below zero.
/// </summary>
internal sealed class RowModel : ILoadedModel
{
    public const string Refusal = "a number below zero";

    private int _runs;
    private int _isClosed;

    /// <summary>Runs wait for this; done unless somebody sets it.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>Answers one row whatever it is asked.</summary>
    public bool IsUnfit { get; init; }

    public int Runs => _runs;

    public bool IsClosed => _isClosed != 0;

    public List<int> RowsOfRuns { get; } = [];

    public ModelShape Shape { get; } = new(
        [new PortShape("x", ElementType.Float32, [-1, -1]), new PortShape("s", ElementType.Text, [-1])],
        [new PortShape("y", ElementType.Float32, [-1, -1]), new PortShape("t", ElementType.Text, [-1])]);

    public IReadOnlyDictionary<string, string> Facts { get; } = new Dictionary<string, string>();

    public int RunsAtOnceMax => 0;

    public async ValueTask<Result<InferenceReply>> RunAsync(
        InferenceRequest request, PredictionId id, VersionCounters counters, CancellationToken cancellation)
    {
        await Held.WaitAsync(cancellation);
        Interlocked.Increment(ref _runs);
        Invariant.That(!IsClosed);
        return Answer(request, id);
    }

    public void Dispose() => Invariant.That(Interlocked.Increment(ref _isClosed) == 1);

    private Result<InferenceReply> Answer(InferenceRequest request, PredictionId id)
    {
        var x = request.Input(0);
        var s = request.Input(1);
        lock (RowsOfRuns) RowsOfRuns.Add((int)x.Shape[0]);
        var numbers = x.As<float>().ToArray();
        if (numbers.Any(static number => number < 0)) return Error.Invalid(Refusal);
        var texts = new string[s.Count];
        for (var i = 0; i < texts.Length; i++) texts[i] = Encoding.UTF8.GetString(s.Text(i));
        for (var i = 0; i < numbers.Length; i++) numbers[i] *= 2;
        return IsUnfit ? new RowReply(request, id, [1, 1], [1], [""]) : new RowReply(request, id, x.Shape.ToArray(), numbers, texts);
    }

    private sealed class RowReply(InferenceRequest request, PredictionId id, long[] shape, float[] numbers, string[] texts) : InferenceReply
    {
        private readonly long[] _textShape = [texts.Length];
        private bool _isDisposed;

        public override ServedVersion Version => request.Version;

        public override PredictionId Id => id;

        public override int Count => request.Asked.Length == 0 ? 2 : request.Asked.Length;

        public override int Place(int index) => request.Asked.Length == 0 ? index : request.Asked[index];

        public override TensorView Output(int index)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (Place(index) == 0)
                return new TensorView("y", ElementType.Float32, shape, MemoryMarshal.AsBytes<float>(numbers), []);
            var bytes = texts.SelectMany(Encoding.UTF8.GetBytes).ToArray();
            var slices = new TextSlice[texts.Length];
            for (var (i, at) = (0, 0); i < slices.Length; i++)
            {
                slices[i] = new TextSlice(at, Encoding.UTF8.GetByteCount(texts[i]));
                at += slices[i].Length;
            }

            return new TensorView("t", ElementType.Text, _textShape, bytes, slices);
        }

        protected override void Dispose(bool disposing)
        {
            Invariant.That(!_isDisposed);
            _isDisposed = true;
            numbers.AsSpan().Fill(float.NaN);
        }
    }
}
