#!/usr/bin/env bash
# A sweep as a Slurm array job: each task does every SLURM_ARRAY_TASK_COUNT-th work item.
#
#   sbatch --array=0-7 --cpus-per-task=2 slurm-array.sh scenarios/sweeps/debounce.yaml results/debounce
#
# The folder is shared by all tasks, and the last one to finish writes the tables. A task that was requeued, or the whole
# command given again, goes on with the work items that have no result file yet.
#SBATCH --job-name=pushsim
#SBATCH --requeue
set -euo pipefail

sweep=${1:?usage: sbatch --array=0-N slurm-array.sh SWEEP.yaml RESULTS}
results=${2:?usage: sbatch --array=0-N slurm-array.sh SWEEP.yaml RESULTS}

exec "${PUSHSIM:-pushsim}" sweep "$sweep" --out "$results" \
  --index "$SLURM_ARRAY_TASK_ID" --of "$SLURM_ARRAY_TASK_COUNT" --workers "${SLURM_CPUS_PER_TASK:-1}"
