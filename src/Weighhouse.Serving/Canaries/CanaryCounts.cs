namespace Weighhouse.Serving.Canaries;

/// <summary>What one side did in one step.</summary>
/// <param name="Timed">Requests since it is known what slow is.</param>
/// <param name="Judged">Answers of which the truth is known.</param>
internal readonly record struct ArmCounts(long Requests, long Failed, long Timed, long Slow, long Judged, long Wrong)
{
    public static ArmCounts operator +(ArmCounts first, ArmCounts second) => new(
        first.Requests + second.Requests,
        first.Failed + second.Failed,
        first.Timed + second.Timed,
        first.Slow + second.Slow,
        first.Judged + second.Judged,
        first.Wrong + second.Wrong);
}

/// <summary>Both sides in one step.</summary>
internal readonly record struct StepCounts(int Step, ArmCounts Candidate, ArmCounts Others);
