using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Logistic regression by Newton's method.</summary>
/// <param name="Coefficients">The intercept, then one for each feature.</param>
public sealed record LogisticFit(double[] Coefficients, int Steps)
{
    private const int StepsMax = 100;

    /// <param name="rows">Row after row, one number for each feature.</param>
    /// <param name="offsets">What is added to each row's logit and not fitted; empty for none.</param>
    /// <param name="penalty">Half of it times the squared coefficients is added to the loss; the intercept goes free.</param>
    public static Result<LogisticFit> Of(
        ReadOnlySpan<double> rows, int features, ReadOnlySpan<bool> truth, ReadOnlySpan<double> offsets = default, double penalty = 0)
    {
        Invariant.That(rows.Length == features * truth.Length && (offsets.IsEmpty || offsets.Length == truth.Length));
        if (ScoredRows.ProblemOfClasses(truth) is { } problem) return Error.Precondition($"There is no logistic fit, as {problem}.");
        var size = features + 1;
        var coefficients = new double[size];
        var gradient = new double[size];
        var curvature = new double[size * size];
        var loss = Gather(rows, truth, offsets, coefficients, penalty, gradient, curvature);
        for (var step = 1; step <= StepsMax; step++)
        {
            if (!SymmetricSystem.Solve(curvature, gradient))
                return Error.Precondition(
                    "There is no logistic fit, as a feature is constant or follows from others, or the classes are separated.");
            var (next, move) = (new double[size], gradient.ToArray());
            var scale = 1.0;
            double candidate;
            do
            {
                for (var at = 0; at < size; at++) next[at] = coefficients[at] + scale * move[at];
                candidate = Gather(rows, truth, offsets, next, penalty, gradient, curvature);
                scale /= 2;
            }
            while (!(candidate <= loss + 1e-12 * Math.Abs(loss)) && scale > 1e-10);

            var change = 0.0;
            for (var at = 0; at < size; at++) change = Math.Max(change, Math.Abs(next[at] - coefficients[at]) / (1 + Math.Abs(next[at])));
            (coefficients, loss) = (next, candidate);
            if (change < 1e-13) return new LogisticFit(coefficients, step);
        }

        return Error.Precondition("There is no logistic fit, as the classes are separated: the coefficients grow without end.");
    }

    /// <summary>The probability of the positive class.</summary>
    public double Probability(ReadOnlySpan<double> row) => Logistic(Coefficients[0] + Sums.OfProducts(Coefficients.AsSpan(1), row));

    internal static double Logistic(double value) => value >= 0 ? 1 / (1 + Math.Exp(-value)) : Math.Exp(value) / (1 + Math.Exp(value));

    /// <summary>The loss at the coefficients; the downhill gradient and the curvature there are left in the two arrays.</summary>
    private static double Gather(
        ReadOnlySpan<double> rows, ReadOnlySpan<bool> truth, ReadOnlySpan<double> offsets, double[] coefficients, double penalty,
        double[] gradient, double[] curvature)
    {
        var size = coefficients.Length;
        var features = size - 1;
        var loss = new NeumaierSum();
        Array.Clear(gradient);
        Array.Clear(curvature);
        Span<double> row = size <= 256 ? stackalloc double[size] : new double[size];
        row[0] = 1;
        for (var at = 0; at < truth.Length; at++)
        {
            rows.Slice(at * features, features).CopyTo(row[1..]);
            var logit = Sums.OfProducts(coefficients, row) + (offsets.IsEmpty ? 0 : offsets[at]);
            var probability = Logistic(logit);
            loss.Add(Math.Max(logit, 0) - (truth[at] ? logit : 0) + Stirling.LogOnePlus(Math.Exp(-Math.Abs(logit))));
            var residual = (truth[at] ? 1 : 0) - probability;
            var weight = probability * (1 - probability);
            for (var i = 0; i < size; i++)
            {
                gradient[i] += residual * row[i];
                for (var j = 0; j <= i; j++) curvature[i * size + j] += weight * row[i] * row[j];
            }
        }

        for (var i = 1; i < size; i++)
        {
            loss.Add(penalty * coefficients[i] * coefficients[i] / 2);
            gradient[i] -= penalty * coefficients[i];
            curvature[i * size + i] += penalty;
        }

        return loss.Value;
    }
}

/// <summary>Whether probabilities are too bold or too timid, and too high or too low.</summary>
/// <param name="Slope">1 is right; below it the probabilities are too extreme.</param>
/// <param name="Intercept">Of the same fit.</param>
/// <param name="InTheLarge">The intercept when the slope is held at 1: 0 is right, above it the probabilities are too low.</param>
public readonly record struct CalibrationLine(double Slope, double Intercept, double InTheLarge)
{
    /// <summary>Fits the logit of what happened to the logit of what was foretold.</summary>
    public static Result<CalibrationLine> Of(ReadOnlySpan<bool> truth, ReadOnlySpan<double> probabilities)
    {
        if (ProbabilityLoss.Problem(truth.Length, probabilities) is { } problem)
            return Error.Precondition($"There is no calibration line, as {problem}.");
        var logits = new double[truth.Length];
        for (var at = 0; at < logits.Length; at++)
        {
            if (probabilities[at] is 0 or 1)
                return Error.Precondition(
                    $"There is no calibration line, as the probability of row {at} is {probabilities[at]}: its logit is infinite.");
            logits[at] = Math.Log(probabilities[at]) - Stirling.LogOnePlus(-probabilities[at]);
        }

        if (!LogisticFit.Of(logits, 1, truth).TryGet(out var line, out var error)) return error;
        var large = LogisticFit.Of([], 0, truth, logits);
        return large.Map(fit => new CalibrationLine(line.Coefficients[1], line.Coefficients[0], fit.Coefficients[0]));
    }
}
