/**
 * Adapters for the two npm simulation engines. Neither loads in Node as it is: simjs exports only to a `window`,
 * simscript yields through `requestAnimationFrame`. They are named by variables so that type checking needs neither.
 */

import type { Outcome } from './contestants.js';
import type { Draws } from './draws.js';
import { mergeQueue } from './merge-queue.js';

interface SimJsEntity {
  setTimer(delay: number): { done(callback: (argument: number) => void, context: unknown, argument: number): unknown };
}

interface SimJs {
  readonly Sim: new () => {
    addEntity(entity: new (...args: never[]) => SimJsEntity): SimJsEntity;
    simulate(end: number): boolean;
    time(): number;
  };
  readonly Entity: new (...args: never[]) => SimJsEntity;
}

interface SimScript {
  readonly Simulation: new () => {
    readonly timeNow: number;
    start(): Promise<void>;
    activate(entity: object): Promise<number>;
    onStarting: () => void;
    onFinished: () => void;
  };
  readonly Entity: new () => { delay(time: number): Promise<number> };
}

const globals: Record<string, unknown> = globalThis as never;

export async function loadSimJs(): Promise<(draws: Draws) => Outcome> {
  const name = 'simjs';
  globals.window ??= {};
  await import(name);
  const { Sim, Entity } = (globals.window as { Sim: SimJs }).Sim;
  return (draws) => {
    const simulation = new Sim();
    let pops = 0;
    class Queue extends Entity {
      start(): void {
        const arrive = (): void => {
          pops++;
          model.arrive(simulation.time());
        };
        const complete = (since: number): void => {
          pops++;
          model.complete(simulation.time(), since);
        };
        const model = mergeQueue(
          draws,
          (delay) => this.setTimer(delay).done(arrive, this, 0),
          (delay, since) => this.setTimer(delay).done(complete, this, since),
        );
        this.setTimer(draws.gaps[0]!).done(arrive, this, 0);
        answer = model.answer;
      }
    }
    let answer = (): Outcome['answer'] => ({ merged: 0, completed: 0, sojourn: 0 });
    simulation.addEntity(Queue);
    simulation.simulate(Number.MAX_SAFE_INTEGER);
    return { answer: answer(), pops };
  };
}

export async function loadSimScript(): Promise<(draws: Draws) => Promise<Outcome>> {
  const name = 'simscript';
  globals.requestAnimationFrame ??= (callback: () => void) => setImmediate(callback);
  const { Simulation, Entity } = (await import(name)) as SimScript;
  return (draws) =>
    new Promise((resolve) => {
      const simulation = new Simulation();
      class Source extends Entity {
        async script(): Promise<void> {
          for (let index = 0; index < draws.count; index++) {
            await this.delay(draws.gaps[index]!);
            model.arrive(simulation.timeNow);
          }
        }
      }
      class Service extends Entity {
        constructor(
          readonly work: number,
          readonly since: number,
        ) {
          super();
        }
        async script(): Promise<void> {
          await this.delay(this.work);
          model.complete(simulation.timeNow, this.since);
        }
      }
      const model = mergeQueue(
        draws,
        () => {}, // the source goes on by itself
        (delay, since) => simulation.activate(new Service(delay, since)),
      );
      simulation.onStarting = () => simulation.activate(new Source());
      simulation.onFinished = () => resolve({ answer: model.answer(), pops: undefined });
      simulation.start();
    });
}
