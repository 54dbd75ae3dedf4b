namespace DriverSdk.PlantedDefects;

/// <summary>What became of a planted defect.</summary>
internal enum DefectOutcome
{
    /// <summary>The named test failed, as it must.</summary>
    Noticed,

    /// <summary>The named test did not end in time: noticed, but a test that fails would say more.</summary>
    NoticedByTimeOut,

    /// <summary>The named test passed.</summary>
    Survived,

    /// <summary>The old text does not stand exactly once in the file.</summary>
    NoLongerMatches,

    /// <summary>The tree does not build with the defect, so no test judged it.</summary>
    DoesNotBuild,

    /// <summary>The filter names no test.</summary>
    NoTestMatches,
}
