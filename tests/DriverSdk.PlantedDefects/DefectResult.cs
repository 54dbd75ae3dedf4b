namespace DriverSdk.PlantedDefects;

/// <summary>One defect's run.</summary>
/// <param name="Defect">The defect.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Duration">Time for planting, building and testing.</param>
/// <param name="Detail">What the tools printed, where the outcome needs an explanation; otherwise empty.</param>
internal sealed record DefectResult(PlantedDefect Defect, DefectOutcome Outcome, TimeSpan Duration, string Detail)
{
    public bool IsNoticed => Outcome is DefectOutcome.Noticed or DefectOutcome.NoticedByTimeOut;
}
